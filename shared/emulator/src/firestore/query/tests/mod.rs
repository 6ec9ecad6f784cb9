mod corners;
mod counted;
mod definition;
mod executed;
mod generate;
