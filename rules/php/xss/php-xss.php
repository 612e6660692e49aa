<html>
<?php
// ruleid: php-xss
echo "Hello " . $_GET['name'];
// ruleid: php-xss
echo '<a href="', $_SERVER['PHP_SELF'], '">';
$query = trim($_POST['q']);
// ruleid: php-xss
print("Results for $query");
// ruleid: php-xss
printf('<b>%s</b>', $_COOKIE['user']);
$page = isset($_GET['page']) ? $_GET['page'] : 'home';
// ruleid: php-xss
die('No such page: ' . $page);

// ok: php-xss
echo htmlspecialchars($_GET['name'], ENT_QUOTES, 'UTF-8');
// ok: php-xss
echo "Page " . (int) $_GET['page'];
// ok: php-xss
echo esc_html($query);
// ok: php-xss
echo json_encode(['q' => $query]);
// ok: php-xss
echo find_title($_GET['id']);
// ok: php-xss
echo $repository->find($_GET['id']);
if (isset($_GET['debug'])) {
    // ok: php-xss
    echo 'debug';
}
// ok: php-xss
echo strlen($query);
$order = $_GET['order'];
if (in_array($order, ['up', 'down'], true)) {
    // ok: php-xss
    echo $order;
}
