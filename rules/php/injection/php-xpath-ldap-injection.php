<?php
// ruleid: php-xpath-ldap-injection
$found = ldap_search($link, 'dc=shop', '(uid=' . $_POST['user'] . ')');
$name = $_GET['name'];
// ruleid: php-xpath-ldap-injection
$nodes = $xpath->query("//user[name='$name']");
// ruleid: php-xpath-ldap-injection
$nodes = $xml->xpath("//item[@id='" . $_GET['id'] . "']");
// ok: php-xpath-ldap-injection
$found = ldap_search($link, 'dc=shop', '(uid=' . ldap_escape($_POST['user'], '', LDAP_ESCAPE_FILTER) . ')');
// ok: php-xpath-ldap-injection
$nodes = $xpath->query('//user[id=' . (int) $_GET['id'] . ']');
// ok: php-xpath-ldap-injection
$nodes = $xml->xpath('//item');
