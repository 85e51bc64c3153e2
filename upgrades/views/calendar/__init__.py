"""The calendar's pages: month, week, list and sites, and moving a booking from there."""
