"""The planner's page: one HTML file that holds the model, its draws and seven views."""
