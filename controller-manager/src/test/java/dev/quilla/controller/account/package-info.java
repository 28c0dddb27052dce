@NullMarked
package dev.quilla.controller.account;

import org.jspecify.annotations.NullMarked;
