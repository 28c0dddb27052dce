/** Files in kubectl's format that say where clusters are and who we are there. */
@NullMarked
package dev.quilla.client.kubeconfig;

import org.jspecify.annotations.NullMarked;
