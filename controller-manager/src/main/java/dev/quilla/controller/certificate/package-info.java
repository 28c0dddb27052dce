/** Requests for certificates: approved, signed, and thrown away. */
@NullMarked
package dev.quilla.controller.certificate;

import org.jspecify.annotations.NullMarked;
