/**
 * The patches that the API understands: strategic merge, JSON merge (RFC 7386) and JSON patch (RFC
 * 6902).
 */
@NullMarked
package dev.quilla.model.patch;

import org.jspecify.annotations.NullMarked;
