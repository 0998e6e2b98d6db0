"""What a person does beside the chart: picks, labels, plays, chooses streams; and how the view puts it together."""
