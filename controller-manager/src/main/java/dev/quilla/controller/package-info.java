@NullMarked
package dev.quilla.controller;

import org.jspecify.annotations.NullMarked;
