@NullMarked
package dev.quilla.controller.lifecycle;
