"""What a person sees and touches, in the order chart, still, pages, panel. Only this room imports display libraries."""
