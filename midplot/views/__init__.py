"""What a person sees and touches, in the order chart, pages, panel. Only this room imports display libraries."""
