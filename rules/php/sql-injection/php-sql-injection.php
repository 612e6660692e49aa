<?php
function find($pdo, $link, $request, $wpdb)
{
    // ruleid: php-sql-injection
    mysqli_query($link, "SELECT * FROM users WHERE name = '" . $_POST['name'] . "'");
    $id = $_GET['id'];
    $sql = "SELECT * FROM orders WHERE id = $id";
    // ruleid: php-sql-injection
    $rows = $pdo->query($sql);
    // ruleid: php-sql-injection
    $statement = $pdo->prepare("SELECT * FROM t ORDER BY {$_GET['sort']}");
    // ruleid: php-sql-injection
    DB::select("select * from users where email = '" . $request->input('email') . "'");
    // ruleid: php-sql-injection
    User::query()->whereRaw("name like '%" . $request->get('q') . "%'")->get();
    // ruleid: php-sql-injection
    $wpdb->get_results("SELECT * FROM $wpdb->posts WHERE post_author = " . $_GET['author']);

    // ok: php-sql-injection
    $statement = $pdo->prepare('SELECT * FROM users WHERE name = ?');
    $statement->execute([$_POST['name']]);
    // ok: php-sql-injection
    mysqli_query($link, "SELECT * FROM t WHERE name = '" . mysqli_real_escape_string($link, $_POST['name']) . "'");
    // ok: php-sql-injection
    $pdo->query("SELECT * FROM orders WHERE id = " . (int) $_GET['id']);
    // ok: php-sql-injection
    $pdo->query("SELECT * FROM orders WHERE id = " . intval($_GET['id']));
    // ok: php-sql-injection
    $wpdb->get_row($wpdb->prepare("SELECT * FROM t WHERE id = %d", $_GET['id']));
    // ok: php-sql-injection
    DB::select('select * from users where email = ?', [$request->input('email')]);
    $sort = $_GET['sort'];
    if (!in_array($sort, ['name', 'price'], true)) {
        $sort = 'name';
    }
    // ok: php-sql-injection
    $pdo->query("SELECT * FROM goods ORDER BY $sort");
    $id = $_POST['id'];
    if (is_numeric($id)) {
        // ok: php-sql-injection
        $pdo->exec("DELETE FROM carts WHERE id = $id");
    }
}
