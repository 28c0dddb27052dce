@NullMarked
package dev.quilla.client.kubeconfig;

import org.jspecify.annotations.NullMarked;
