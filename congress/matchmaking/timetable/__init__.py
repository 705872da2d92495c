"""The timetable engine: plain data in, plain data out. Nothing in here knows the web, the database or the product."""
