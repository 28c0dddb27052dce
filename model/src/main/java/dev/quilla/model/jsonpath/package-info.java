/** Kubernetes' JSONPath: what it finds in JSON trees. */
@NullMarked
package dev.quilla.model.jsonpath;

import org.jspecify.annotations.NullMarked;
