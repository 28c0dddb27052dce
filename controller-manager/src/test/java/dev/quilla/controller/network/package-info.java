@NullMarked
package dev.quilla.controller.network;
