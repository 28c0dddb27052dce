/** Admission by servers outside: webhooks that change objects, and webhooks that refuse them. */
@NullMarked
package dev.quilla.apiserver.admission.webhook;

import org.jspecify.annotations.NullMarked;
