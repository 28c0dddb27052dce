@NullMarked
package dev.quilla.controller.node;
