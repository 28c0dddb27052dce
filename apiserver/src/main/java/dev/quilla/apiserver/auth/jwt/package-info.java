/** JSON web tokens: reading them, and checking their signatures (RFC 7515, 7517, 7518, 7519). */
@NullMarked
package dev.quilla.apiserver.auth.jwt;

import org.jspecify.annotations.NullMarked;
