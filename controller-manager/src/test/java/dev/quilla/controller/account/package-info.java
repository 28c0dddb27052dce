@NullMarked
package dev.quilla.controller.account;
