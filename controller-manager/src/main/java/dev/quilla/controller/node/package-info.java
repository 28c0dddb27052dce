/** Controllers of nodes: addresses, certificates, and what becomes of lost ones. */
@NullMarked
package dev.quilla.controller.node;

import org.jspecify.annotations.NullMarked;
