package dev.quilla.proxy;

/**
 * A UDP flow of IPv4. Addresses are numbers, the first octet highest.
 *
 * @param to the address that the client sends to
 * @param port the port that the client sends to
 * @param answers the address that answers: another one where the kernel leads the flow elsewhere
 * @param answersPort the port that answers
 */
record UdpFlow(int to, int port, int answers, int answersPort) {}
