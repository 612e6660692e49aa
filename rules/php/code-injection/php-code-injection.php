<?php
function calculate($request, $twig)
{
    // ruleid: php-code-injection
    eval('$total = ' . $_GET['formula'] . ';');
    $body = file_get_contents('php://input');
    // ruleid: php-code-injection
    eval($body);
    $template = $request->input('template');
    // ruleid: php-code-injection
    echo $twig->createTemplate("Hello " . $template)->render();
    // ruleid: php-code-injection
    $compare = create_function('$a,$b', 'return $a["' . $_GET['sort'] . '"] > $b;');

    // ok: php-code-injection
    eval('$total = 1 + 1;');
    // ok: php-code-injection
    eval('$total = ' . (int) $_GET['formula'] . ';');
    // ok: php-code-injection
    echo $twig->createTemplate('Hello {{ name }}')->render(['name' => $_GET['name']]);
}
