@org.jspecify.annotations.NullMarked
package dev.quilla.kubelet.probes;
