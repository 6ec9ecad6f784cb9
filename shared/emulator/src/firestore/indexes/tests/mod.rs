mod entries;
mod need;
