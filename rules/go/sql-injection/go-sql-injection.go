package app

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

func user(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	// ruleid: go-sql-injection
	db.Query("SELECT * FROM users WHERE name = '" + name + "'")
	query := fmt.Sprintf("SELECT * FROM users WHERE name = '%s'", r.FormValue("name"))
	// ruleid: go-sql-injection
	db.QueryRowContext(ctx, query)
	// ok: go-sql-injection
	db.Query("SELECT * FROM users WHERE name = ?", name)
	id, _ := strconv.Atoi(name)
	// ok: go-sql-injection
	db.Query(fmt.Sprintf("SELECT * FROM users WHERE id = %d", id))
	if !columns[name] {
		return
	}
	// ok: go-sql-injection
	db.Query("SELECT * FROM users ORDER BY " + name)
}

func ginUser(c *gin.Context) {
	// ruleid: go-sql-injection
	db.Raw("SELECT * FROM users WHERE name = '" + c.Query("name") + "'").Scan(&users)
	// ruleid: go-sql-injection
	db.Where("name = '" + c.Param("name") + "'").Find(&users)
	// ok: go-sql-injection
	db.Where("name = ?", c.Param("name")).Find(&users)
}

func create(w http.ResponseWriter, r *http.Request) {
	var body User
	json.NewDecoder(r.Body).Decode(&body)
	// ruleid: go-sql-injection
	db.Exec("INSERT INTO users VALUES ('" + body.Name + "')")
}

func action(context *Context) {
	ids := context.Request.Form.Get("ids")
	// ruleid: go-sql-injection
	context.GetDB().Where(ids)
	// ok: go-sql-injection
	context.GetDB().Where("id IN (?)", ids)
}
