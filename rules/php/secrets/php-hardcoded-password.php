<?php
// ruleid: php-hardcoded-password
$link = mysqli_connect('db', 'shop', 'k8Vw2nQz');
// ruleid: php-hardcoded-password
$pdo = new PDO('mysql:host=db', 'shop', 'Summer2024!');
// ruleid: php-hardcoded-password
$db_password = 'k8Vw2nQz';
// ruleid: php-hardcoded-password
define('DB_PASSWORD', 'k8Vw2nQz');
// ok: php-hardcoded-password
$link = mysqli_connect('db', 'shop', getenv('DB_PASSWORD'));
// ok: php-hardcoded-password
$pdo = new PDO('mysql:host=localhost', 'root', '');
// ok: php-hardcoded-password
$password = $_POST['password'];
// ok: php-hardcoded-password
define('DB_PASSWORD', 'your_password_here');
// ok: php-hardcoded-password
$password = '';
