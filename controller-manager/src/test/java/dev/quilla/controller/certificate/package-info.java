@NullMarked
package dev.quilla.controller.certificate;

import org.jspecify.annotations.NullMarked;
