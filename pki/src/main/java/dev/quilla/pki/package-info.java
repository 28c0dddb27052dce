/**
 * Certificates: authorities, what they issue, requests to be signed, and PEM files. Reading needs
 * the JDK only, so that processes start fast; making certificates uses Bouncy Castle.
 */
@NullMarked
package dev.quilla.pki;

import org.jspecify.annotations.NullMarked;
