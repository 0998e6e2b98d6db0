"""What a person sees: charts, cards, pages. Display libraries are imported here and nowhere else."""
