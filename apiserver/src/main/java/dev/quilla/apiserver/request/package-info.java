/** What a request asks for, who asks, and what is answered: the seam between HTTP and verbs. */
@NullMarked
package dev.quilla.apiserver.request;

import org.jspecify.annotations.NullMarked;
