"""What a person sees and touches. Display libraries are imported here and nowhere else."""
