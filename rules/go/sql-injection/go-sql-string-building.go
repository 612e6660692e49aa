package app

import (
	"database/sql"
	"fmt"
)

const table = "users"

func find(db *sql.DB, name string) {
	// ruleid: go-sql-string-building
	db.Query("SELECT * FROM users WHERE name = '" + name + "'")
	query := fmt.Sprintf("SELECT * FROM users WHERE name = '%s'", name)
	// ruleid: go-sql-string-building
	db.QueryRow(query)
	// ok: go-sql-string-building
	db.Query("SELECT * FROM users WHERE name = ?", name)
	// ok: go-sql-string-building
	db.Query("SELECT * FROM " + table)
	// ok: go-sql-string-building
	db.Query(fmt.Sprintf("SELECT * FROM users WHERE id = %d", 7))
	// ok: go-sql-string-building
	fmt.Println("select " + name)
}

func grow(db *sql.DB, name string, limit int) {
	query := "DELETE FROM users WHERE name = '"
	query += name
	// ruleid: go-sql-string-building
	db.Exec(query)
}
