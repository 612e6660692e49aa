<?php
// ruleid: php-file-inclusion
include $_GET['page'];
$page = $_GET['page'] ?? 'home';
// ruleid: php-file-inclusion
require_once("pages/" . $page . ".php");
// ruleid: php-file-inclusion
require __DIR__ . "/themes/{$_COOKIE['theme']}/header.php";

// ok: php-file-inclusion
include 'pages/' . basename($page) . '.php';
$pages = ['home' => 'home.php', 'shop' => 'shop.php'];
// ok: php-file-inclusion
require 'pages/' . ($pages[$_GET['page']] ?? 'home.php');
$lang = $_GET['lang'];
if (!in_array($lang, ['en', 'de'], true)) {
    $lang = 'en';
}
// ok: php-file-inclusion
include "lang/$lang.php";
// ok: php-file-inclusion
include __DIR__ . '/footer.php';
