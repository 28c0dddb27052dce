/**
 * Certificates: authorities, what they issue, requests to be signed, and PEM files. Reading needs
 * the JDK only, so that a command line starts fast; making certificates uses Bouncy Castle.
 */
@NullMarked
package dev.quilla.client.pki;

import org.jspecify.annotations.NullMarked;
