"""What a person does beside the chart: folder and selection, then trades, the widgets, the replay view, the report view."""
