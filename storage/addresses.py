"""What an e-mail address in the midst of other text looks like: to be found there, and to be taken out."""

import re
from typing import Final

EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
