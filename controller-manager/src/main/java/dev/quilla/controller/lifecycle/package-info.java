/** Controllers that remove what nobody needs: namespaces, orphans, pods that have ended. */
@NullMarked
package dev.quilla.controller.lifecycle;

import org.jspecify.annotations.NullMarked;
