/** The store as etcd v3 on the wire: {@code rpc.proto} of etcd 3.6, over gRPC. */
@NullMarked
package dev.quilla.etcd;

import org.jspecify.annotations.NullMarked;
