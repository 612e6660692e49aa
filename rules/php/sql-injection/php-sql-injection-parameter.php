<?php
class Users
{
    public function byName($name)
    {
        // ruleid: php-sql-injection-parameter
        return $this->db->query("SELECT * FROM users WHERE name = '$name'");
    }

    public function remove($id)
    {
        $sql = 'DELETE FROM users WHERE id = ' . $id;
        // ruleid: php-sql-injection-parameter
        return mysqli_query($this->link, $sql);
    }

    public function byId(int $id)
    {
        // ok: php-sql-injection-parameter
        return $this->db->query("SELECT * FROM users WHERE id = $id");
    }

    public function run($sql)
    {
        // ok: php-sql-injection-parameter
        return $this->db->query($sql);
    }

    public function quoted($name)
    {
        // ok: php-sql-injection-parameter
        return $this->db->query("SELECT * FROM users WHERE name = " . $this->db->quote($name));
    }
}
