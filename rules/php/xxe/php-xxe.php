<?php
$document = new DOMDocument();
// ruleid: php-xxe
$document->loadXML($text, LIBXML_NOENT);
// ruleid: php-xxe
$order = simplexml_load_string($text, 'SimpleXMLElement', LIBXML_DTDLOAD);
// ruleid: php-xxe
$order = new SimpleXMLElement($text, LIBXML_NOENT | LIBXML_NOCDATA);
// ok: php-xxe
$document->loadXML($text, LIBXML_NONET);
// ok: php-xxe
$order = simplexml_load_string($text);
// ok: php-xxe
echo LIBXML_NOENT;
