<?php
$action = $_GET['action'];
// ruleid: php-dynamic-call
$action();
// ruleid: php-dynamic-call
call_user_func($_POST['callback'], 1);
// ruleid: php-dynamic-call
$class = new ReflectionClass($_GET['class']);

$handlers = ['list' => 'show_list', 'new' => 'show_form'];
if (isset($handlers[$_GET['do']])) {
    // ok: php-dynamic-call
    show($handlers);
}
// ok: php-dynamic-call
call_user_func('show_list', $_GET['page']);
$name = $_GET['name'];
if (in_array($name, ['show_list', 'show_form'], true)) {
    // ok: php-dynamic-call
    $name();
}
