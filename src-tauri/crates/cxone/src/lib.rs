//! Client of NiCE CXone: discovery, sign-in, business unit, digital, skills, agents, scripts.
