/** The cluster as the command line sees it: resources by discovery, objects as JSON trees. */
@NullMarked
package dev.quilla.ctl.cluster;

import org.jspecify.annotations.NullMarked;
