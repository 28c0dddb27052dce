/** What machines need before they belong to a cluster: tokens, and where the cluster is. */
@NullMarked
package dev.quilla.controller.bootstrap;

import org.jspecify.annotations.NullMarked;
