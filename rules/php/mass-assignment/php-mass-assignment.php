<?php
// ruleid: php-mass-assignment
extract($_POST);
// ruleid: php-mass-assignment
$user = User::create($request->all());
// ruleid: php-mass-assignment
$user->update($request->all());
// ok: php-mass-assignment
$user = User::create($request->validated());
// ok: php-mass-assignment
$user->fill($request->only(['name', 'email']));
// ok: php-mass-assignment
extract(['title' => 'Home']);
