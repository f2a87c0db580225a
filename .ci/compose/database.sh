#!/bin/sh
# What PostgreSQL's container does once, when it is new: Sandyq's database, and its user, who
# may do nothing beyond it.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<SQL
\\set password \`cat /run/secrets/database_password\`
CREATE ROLE sandyq LOGIN PASSWORD :'password';
CREATE DATABASE sandyq OWNER sandyq TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE sandyq FROM PUBLIC;
SQL
