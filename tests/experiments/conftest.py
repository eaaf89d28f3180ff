"""Brings the helpers of this folder, such as `survey_files`, in reach of the folders below it."""
