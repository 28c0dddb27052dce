/** Load on whatever speaks etcd v3: the same client for etcd and for Quilla's store. */
@NullMarked
package dev.quilla.benchmarks.etcd;

import org.jspecify.annotations.NullMarked;
