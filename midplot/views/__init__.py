"""What a person sees and touches, in the order chart, trades, still, pages, panel. Only this room imports display libraries."""
