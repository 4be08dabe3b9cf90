//! A simulated CXone tenant and Cognigy.AI install on this computer, faults included.
