<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About HCCR Desktop</source>
        <translation>关于 HCCR Desktop</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>An offline handwriting pad for Chinese. It knows the 3,755 characters of GB2312 level 1, needs no account, and sends nothing anywhere.</source>
        <translation>离线的汉字手写板。可识别 GB2312 一级字库的 3755 个汉字，无需账号，不向任何地方发送数据。</translation>
    </message>
    <message>
        <source>The network is Melnyk-Net: P. Melnyk, Z. You, K. Li, A high-performance CNN method for offline handwritten Chinese character recognition and visualization, Soft Computing 24 (2020).</source>
        <translation>所用网络为 Melnyk-Net：P. Melnyk, Z. You, K. Li, A high-performance CNN method for offline handwritten Chinese character recognition and visualization, Soft Computing 24 (2020)。</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>组件</translation>
    </message>
    <message>
        <source>Licence text</source>
        <translation>许可证全文</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;Open picture…</source>
        <translation>打开图片(&amp;O)…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>&amp;Save drawing…</source>
        <translation>保存笔迹(&amp;S)…</translation>
    </message>
    <message>
        <source>Save the drawing as a picture or as strokes</source>
        <translation>将笔迹保存为图片或笔画数据</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Close the program</source>
        <translation>关闭程序</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>Take back the last stroke or step</source>
        <translation>撤销上一笔或上一步</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>Repeat what was taken back</source>
        <translation>恢复刚才撤销的操作</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>清空(&amp;L)</translation>
    </message>
    <message>
        <source>Empty the canvas; undo brings the drawing back</source>
        <translation>清空画板，可用撤销恢复</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected text, else the whole text, else the selected candidate</source>
        <translation>复制所选文字；没有选择时复制全部文字；没有文字时复制所选候选字</translation>
    </message>
    <message>
        <source>Copy c&amp;andidate</source>
        <translation>复制候选字(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴(&amp;P)</translation>
    </message>
    <message>
        <source>Recognize the picture on the clipboard; in the text, insert its text</source>
        <translation>识别剪贴板上的图片；在文字行中则插入文字</translation>
    </message>
    <message>
        <source>Take the selected candidate, the first by default</source>
        <translation>选用所选的候选字，默认是第一个</translation>
    </message>
    <message>
        <source>Copy the selected candidate and keep the drawing</source>
        <translation>复制选中的候选字并保留笔迹</translation>
    </message>
    <message>
        <source>Recognize what is written in picture files</source>
        <translation>识别图片文件里写的内容</translation>
    </message>
    <message>
        <source>E&amp;raser</source>
        <translation>橡皮(&amp;R)</translation>
    </message>
    <message>
        <source>Erase the strokes that are touched, with mouse, pen or finger</source>
        <translation>用鼠标、笔或手指擦除所触到的笔画</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>&amp;Edit text</source>
        <translation>编辑文字(&amp;E)</translation>
    </message>
    <message>
        <source>Go to the compose line; Esc leads back</source>
        <translation>转到文字行；按 Esc 返回</translation>
    </message>
    <message>
        <source>Clear &amp;text</source>
        <translation>清空文字(&amp;T)</translation>
    </message>
    <message>
        <source>Empty the compose line; undo within it brings the text back</source>
        <translation>清空文字行；在其中撤销即可恢复</translation>
    </message>
    <message>
        <source>&amp;Pick selected</source>
        <translation>选定当前候选字(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;This is…</source>
        <translation>这是(&amp;T)…</translation>
    </message>
    <message>
        <source>Say which character the drawing is, so that it is recognized next time</source>
        <translation>指明所写的是哪个字，下次这样写就能认出来</translation>
    </message>
    <message>
        <source>Take &amp;back what was learned</source>
        <translation>撤销学习(&amp;B)</translation>
    </message>
    <message>
        <source>Forget the correction that was learned last</source>
        <translation>忘掉最近一次学到的更正</translation>
    </message>
    <message>
        <source>&amp;Learned characters…</source>
        <translation>学到的字(&amp;L)…</translation>
    </message>
    <message>
        <source>See what was learned from you; delete, save and load it</source>
        <translation>查看从您这里学到的字，可删除、导出和导入</translation>
    </message>
    <message>
        <source>&amp;Next candidate</source>
        <translation>下一个候选字(&amp;N)</translation>
    </message>
    <message>
        <source>Select the candidate below</source>
        <translation>选中下面的候选字</translation>
    </message>
    <message>
        <source>Pre&amp;vious candidate</source>
        <translation>上一个候选字(&amp;V)</translation>
    </message>
    <message>
        <source>Select the candidate above</source>
        <translation>选中上面的候选字</translation>
    </message>
    <message>
        <source>&amp;Heat map</source>
        <translation>热力图(&amp;H)</translation>
    </message>
    <message>
        <source>Show what in the drawing speaks for the selected candidate, and what against it</source>
        <translation>显示笔迹中哪些部分支持所选候选字，哪些部分不支持</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热力图</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>详情(&amp;D)</translation>
    </message>
    <message>
        <source>Show readings, meanings and stroke order of the selected candidate</source>
        <translation>显示所选候选字的读音、释义和笔顺</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>&amp;Find by pinyin</source>
        <translation>按拼音查找(&amp;F)</translation>
    </message>
    <message>
        <source>Search the dictionary for characters that are read so</source>
        <translation>在字典中查找读此音的字</translation>
    </message>
    <message>
        <source>米 grid</source>
        <translation>米字格</translation>
    </message>
    <message>
        <source>Both middle lines and both diagonals on the paper</source>
        <translation>在纸上显示横竖中线和两条对角线</translation>
    </message>
    <message>
        <source>田 grid</source>
        <translation>田字格</translation>
    </message>
    <message>
        <source>Both middle lines on the paper</source>
        <translation>在纸上显示横竖中线</translation>
    </message>
    <message>
        <source>&amp;No grid</source>
        <translation>无格线(&amp;N)</translation>
    </message>
    <message>
        <source>Nothing on the paper</source>
        <translation>纸上不显示格线</translation>
    </message>
    <message>
        <source>Lar&amp;ger canvas</source>
        <translation>放大画布(&amp;G)</translation>
    </message>
    <message>
        <source>Give the canvas more of the window</source>
        <translation>让画布占用更多窗口空间</translation>
    </message>
    <message>
        <source>S&amp;maller canvas</source>
        <translation>缩小画布(&amp;M)</translation>
    </message>
    <message>
        <source>Give the canvas less of the window</source>
        <translation>让画布少占窗口空间</translation>
    </message>
    <message>
        <source>La&amp;rgest canvas</source>
        <translation>画布最大(&amp;R)</translation>
    </message>
    <message>
        <source>Make the canvas as large as the window allows</source>
        <translation>让画布与窗口允许的一样大</translation>
    </message>
    <message>
        <source>&amp;Left-handed</source>
        <translation>左手模式(&amp;L)</translation>
    </message>
    <message>
        <source>Put the candidates to the left of the canvas</source>
        <translation>将候选字放在画布左侧</translation>
    </message>
    <message>
        <source>Hist&amp;ory…</source>
        <translation>历史记录(&amp;O)…</translation>
    </message>
    <message>
        <source>See what was picked before; search it, take it again, delete it</source>
        <translation>查看以前选过的字：搜索、再次使用或删除</translation>
    </message>
    <message>
        <source>Al&amp;ways on top</source>
        <translation>总在最前(&amp;W)</translation>
    </message>
    <message>
        <source>Keep the window above those of other programs</source>
        <translation>让本窗口保持在其他程序的窗口之上</translation>
    </message>
    <message>
        <source>Se&amp;ttings…</source>
        <translation>设置(&amp;T)…</translation>
    </message>
    <message>
        <source>Change what a pick does, language, theme, and how to recognize</source>
        <translation>更改选字后的操作、语言、主题和识别方式</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>&amp;Your data…</source>
        <translation>我的数据(&amp;Y)…</translation>
    </message>
    <message>
        <source>See what the program keeps about you and where, and delete it</source>
        <translation>查看本程序保存了您的哪些数据、存放在哪里，并可删除</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>List the keys of all verbs</source>
        <translation>列出所有操作的按键</translation>
    </message>
    <message>
        <source>&amp;About HCCR Desktop</source>
        <translation>关于 HCCR Desktop(&amp;A)</translation>
    </message>
    <message>
        <source>Version, authors and licences</source>
        <translation>版本、作者和许可证</translation>
    </message>
    <message>
        <source>Candidate {number}</source>
        <translation>候选字 {number}</translation>
    </message>
    <message>
        <source>&amp;Grab from the screen</source>
        <translation>截取屏幕(&amp;G)</translation>
    </message>
    <message>
        <source>Recognize a part of the screen</source>
        <translation>识别屏幕上的一块区域</translation>
    </message>
    <message>
        <source>Grab</source>
        <translation>截屏</translation>
    </message>
    <message>
        <source>Read a &amp;folder…</source>
        <translation>识别文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Recognize all pictures of a folder and save the results</source>
        <translation>识别一个文件夹里的全部图片并保存结果</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>上一张图片(&amp;P)</translation>
    </message>
    <message>
        <source>Go to the picture or page before</source>
        <translation>转到上一张图片或上一页</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>下一张图片(&amp;N)</translation>
    </message>
    <message>
        <source>Go to the next picture or page</source>
        <translation>转到下一张图片或下一页</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>裁剪(&amp;C)</translation>
    </message>
    <message>
        <source>Choose the part of the picture to look at, on the picture as it was</source>
        <translation>在原图上选择要识别的部分</translation>
    </message>
    <message>
        <source>Turn &amp;left</source>
        <translation>向左旋转(&amp;L)</translation>
    </message>
    <message>
        <source>Turn the picture a quarter to the left</source>
        <translation>把图片向左旋转 90 度</translation>
    </message>
    <message>
        <source>Turn &amp;right</source>
        <translation>向右旋转(&amp;R)</translation>
    </message>
    <message>
        <source>Turn the picture a quarter to the right</source>
        <translation>把图片向右旋转 90 度</translation>
    </message>
    <message>
        <source>Picture &amp;as opened</source>
        <translation>恢复原图(&amp;A)</translation>
    </message>
    <message>
        <source>Take back threshold, crop and turns</source>
        <translation>撤销墨色、裁剪和旋转的调整</translation>
    </message>
    <message>
        <source>Character &amp;before</source>
        <translation>前一个字(&amp;B)</translation>
    </message>
    <message>
        <source>Select the character before on the picture</source>
        <translation>选中图片上的前一个字</translation>
    </message>
    <message>
        <source>C&amp;haracter after</source>
        <translation>后一个字(&amp;H)</translation>
    </message>
    <message>
        <source>Select the next character on the picture</source>
        <translation>选中图片上的后一个字</translation>
    </message>
    <message>
        <source>Add bo&amp;x</source>
        <translation>添加方框(&amp;X)</translation>
    </message>
    <message>
        <source>Mark a character: drag on the picture, or move the new box with Ctrl and arrows</source>
        <translation>标出一个字：在图片上拖动，或者用 Ctrl 加方向键移动新的方框</translation>
    </message>
    <message>
        <source>&amp;Join boxes</source>
        <translation>合并方框(&amp;J)</translation>
    </message>
    <message>
        <source>Make one character of the selected boxes, or of this and the next</source>
        <translation>把选中的方框合成一个字；只选中一个时，与后一个合并</translation>
    </message>
    <message>
        <source>&amp;Split box</source>
        <translation>拆分方框(&amp;S)</translation>
    </message>
    <message>
        <source>Make two characters of one</source>
        <translation>把一个字拆成两个字</translation>
    </message>
    <message>
        <source>&amp;Delete box</source>
        <translation>删除方框(&amp;D)</translation>
    </message>
    <message>
        <source>Leave the selected boxes out</source>
        <translation>去掉选中的方框</translation>
    </message>
    <message>
        <source>&amp;Take the text</source>
        <translation>取用文字(&amp;T)</translation>
    </message>
    <message>
        <source>Put all characters of the picture into the compose line, in reading order</source>
        <translation>把图片上所有的字按阅读顺序放进文字行</translation>
    </message>
    <message>
        <source>Take the text</source>
        <translation>取用文字</translation>
    </message>
</context>
<context>
    <name>AlwaysOnTop</name>
    <message>
        <source>Wayland leaves this to the desktop: look for it in the menu of the window&apos;s title bar</source>
        <translation>在 Wayland 下由桌面决定：请在窗口标题栏的菜单中查找</translation>
    </message>
</context>
<context>
    <name>Batch</name>
    <message>
        <source>The results cannot be saved</source>
        <translation>无法保存结果</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>已保存 {name}</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>置信度</translation>
    </message>
    <message>
        <source>{name}, page {number}</source>
        <translation>{name}，第 {number} 页</translation>
    </message>
    <message>
        <source>{percent}, turned?</source>
        <translation>{percent}，方向不对？</translation>
    </message>
    <message>
        <source>{percent}, not sure</source>
        <translation>{percent}，不确定</translation>
    </message>
    <message>
        <source>The picture seems to lie on its side: open it and turn it a quarter to the right</source>
        <translation>图片好像是横着的：打开后向右旋转 90 度</translation>
    </message>
    <message>
        <source>The picture seems to stand on its head: open it and turn it by half</source>
        <translation>图片好像是倒着的：打开后旋转 180 度</translation>
    </message>
    <message>
        <source>The picture seems to lie on its side: open it and turn it a quarter to the left</source>
        <translation>图片好像是横着的：打开后向左旋转 90 度</translation>
    </message>
</context>
<context>
    <name>BatchWindow</name>
    <message>
        <source>Read a folder</source>
        <translation>识别文件夹</translation>
    </message>
    <message>
        <source>Choose &amp;folder…</source>
        <translation>选择文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;Read again</source>
        <translation>重新识别(&amp;R)</translation>
    </message>
    <message>
        <source>Read the files that are new or have changed</source>
        <translation>只识别新增的和改动过的文件</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Save results…</source>
        <translation>保存结果(&amp;S)…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>With the folders &amp;inside</source>
        <translation>包括其中的文件夹(&amp;I)</translation>
    </message>
    <message>
        <source>Each picture is &amp;one character</source>
        <translation>每张图片只有一个字(&amp;O)</translation>
    </message>
    <message>
        <source>Select a character, then its right candidate; the keys 1 to 9 and 0 do it too.</source>
        <translation>选中一个字，再选正确的候选字；也可以按 1 到 9 和 0 键。</translation>
    </message>
    <message>
        <source>Pictures of the folder</source>
        <translation>文件夹里的图片</translation>
    </message>
    <message>
        <source>Characters of the picture</source>
        <translation>图片上的字</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选字</translation>
    </message>
    <message>
        <source>Candidates of the selected character appear here.</source>
        <translation>这里显示选中的字的候选字。</translation>
    </message>
    <message>
        <source>Files read</source>
        <translation>已识别的文件</translation>
    </message>
    <message>
        <source>No folder is chosen yet.</source>
        <translation>还没有选择文件夹。</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s)</source>
        <translation>
            <numerusform>%n 张图片</numerusform>
        </translation>
    </message>
    <message>
        <source>{text}, {count} not sure</source>
        <translation>{text}，{count} 张不确定</translation>
    </message>
    <message>
        <source>{text}, {count} could not be read</source>
        <translation>{text}，{count} 张无法读取</translation>
    </message>
</context>
<context>
    <name>CandidateCard</name>
    <message>
        <source>Not sure: this looks like more than one character.</source>
        <translation>不确定：看起来不止一个字。</translation>
    </message>
    <message>
        <source>Not sure: none of these may be right.</source>
        <translation>不确定：这些字可能都不对。</translation>
    </message>
    <message>
        <source>The drawing may be a scribble, more than one character, or none of the 3,755 that are known.</source>
        <translation>所写的可能是涂鸦、多个字，或不在能识别的 3,755 个字之内。</translation>
    </message>
</context>
<context>
    <name>CandidateModel</name>
    <message>
        <source>{number}, {character}, {percent} percent</source>
        <translation>{number}，{character}，百分之 {percent}</translation>
    </message>
    <message>
        <source>{candidate}, not sure</source>
        <translation>{candidate}，不确定</translation>
    </message>
</context>
<context>
    <name>ComposePanel</name>
    <message>
        <source>Picked characters are collected here.</source>
        <translation>选中的字会收集在这里。</translation>
    </message>
    <message>
        <source>Compose line</source>
        <translation>文字行</translation>
    </message>
    <message>
        <source>Text of the picked characters. The arrow keys open a character for another choice; Esc leaves.</source>
        <translation>由选中的字组成的文字。用方向键打开一个字可以重选；按 Esc 离开。</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>The clipboard did not take the text; another program may be holding it.</source>
        <translation>剪贴板没有接受文字，可能正被别的程序占用。</translation>
    </message>
    <message>
        <source>Copied {text}</source>
        <translation>已复制“{text}”</translation>
    </message>
    <message>
        <source>{character}: pick another candidate to replace it; Esc leaves it.</source>
        <translation>“{character}”：选别的候选字即可替换；按 Esc 保留原字。</translation>
    </message>
</context>
<context>
    <name>DetailsPane</name>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Search by pinyin: bao, bao4, bào</source>
        <translation>按拼音查找：bao、bao4、bào</translation>
    </message>
    <message>
        <source>Search by pinyin</source>
        <translation>按拼音查找</translation>
    </message>
    <message>
        <source>Found characters</source>
        <translation>找到的字</translation>
    </message>
    <message>
        <source>Stroke order</source>
        <translation>笔顺</translation>
    </message>
    <message>
        <source>Your ink</source>
        <translation>您的笔迹</translation>
    </message>
    <message>
        <source>Click to see it written again</source>
        <translation>点击可重新演示</translation>
    </message>
    <message>
        <source>Click to see it stroke by stroke</source>
        <translation>单击可逐笔查看</translation>
    </message>
    <message>
        <source>Pinyin</source>
        <translation>拼音</translation>
    </message>
    <message>
        <source>Radical</source>
        <translation>部首</translation>
    </message>
    <message>
        <source>Strokes</source>
        <translation>笔画</translation>
    </message>
    <message>
        <source>Traditional</source>
        <translation>繁体</translation>
    </message>
    <message>
        <source>Unicode</source>
        <translation>Unicode</translation>
    </message>
    <message>
        <source>Readings, meanings and stroke order of the selected candidate are shown here.</source>
        <translation>这里显示所选候选字的读音、释义和笔顺。</translation>
    </message>
    <message>
        <source>The dictionary does not hold this character.</source>
        <translation>字典中没有这个字。</translation>
    </message>
    <message numerus="yes">
        <source>Stroke order, %n stroke(s)</source>
        <translation>
            <numerusform>笔顺，%n 画</numerusform>
        </translation>
    </message>
    <message>
        <source>{radical} (no. {number}) + {strokes}</source>
        <translation>{radical}（第 {number} 部）+ {strokes} 画</translation>
    </message>
    <message>
        <source>No character is read so.</source>
        <translation>没有读这个音的字。</translation>
    </message>
</context>
<context>
    <name>EmbeddingNotice</name>
    <message>
        <source>Preparing learned drawings: {percent} %</source>
        <translation>正在准备学到的字：{percent} %</translation>
    </message>
    <message>
        <source>Drawings that were loaded are used once the model has seen them, which it does while you do not write</source>
        <translation>导入的笔迹要等模型看过之后才会用上；模型只在您不书写时查看</translation>
    </message>
</context>
<context>
    <name>ErrorReporter</name>
    <message>
        <source>Unexpected error</source>
        <translation>意外错误</translation>
    </message>
    <message>
        <source>Something went wrong in the program. Your drawing is still there.</source>
        <translation>程序出现错误。您的笔迹仍然保留。</translation>
    </message>
    <message>
        <source>If you report this, please send the details with it; they hold no drawing and no text of yours.</source>
        <translation>如需报告此问题，请附上详细信息；其中不含您的笔迹和文字。</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
</context>
<context>
    <name>FileDialogs</name>
    <message>
        <source>Open pictures</source>
        <translation>打开图片</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp)</source>
        <translation>图片 (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Picture (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>Save drawing</source>
        <translation>保存笔迹</translation>
    </message>
    <message>
        <source>Strokes (*.jsonl)</source>
        <translation>笔画数据 (*.jsonl)</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
    <message>
        <source>Save results</source>
        <translation>保存结果</translation>
    </message>
    <message>
        <source>results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>&amp;Look in:</source>
        <translation>位置(&amp;L)：</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>文件类型(&amp;T)：</translation>
    </message>
</context>
<context>
    <name>HeatMaps</name>
    <message>
        <source>against {character}</source>
        <translation>不像“{character}”</translation>
    </message>
    <message>
        <source>for {character}</source>
        <translation>像“{character}”</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>The history is empty now.</source>
        <translation>历史记录已清空。</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Search: 鲍, bao, bào</source>
        <translation>搜索：鲍、bao、bào</translation>
    </message>
    <message>
        <source>Search the history</source>
        <translation>搜索历史记录</translation>
    </message>
    <message>
        <source>Picked characters, the newest first</source>
        <translation>选过的字，最新的在前</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Add to text</source>
        <translation>添加到文字(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>C&amp;lear history…</source>
        <translation>清空历史记录(&amp;L)…</translation>
    </message>
    <message>
        <source>The history is switched off in the settings: no pick is added.</source>
        <translation>设置中已关闭历史记录：不再添加新选的字。</translation>
    </message>
    <message>
        <source>Characters that you pick are listed here. They stay on this machine.</source>
        <translation>您选的字会列在这里，只保存在本机。</translation>
    </message>
    <message>
        <source>No pick matches the search.</source>
        <translation>没有符合搜索的字。</translation>
    </message>
    <message>
        <source>Enter or a double click takes a character again.</source>
        <translation>按回车或双击可再次使用该字。</translation>
    </message>
    <message>
        <source>Clear history</source>
        <translation>清空历史记录</translation>
    </message>
    <message numerus="yes">
        <source>Forget all %n pick(s)? This cannot be undone.</source>
        <translation>
            <numerusform>要删除全部 %n 条记录吗？此操作无法撤销。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>Character</source>
        <translation>字</translation>
    </message>
    <message>
        <source>Pinyin</source>
        <translation>拼音</translation>
    </message>
    <message>
        <source>Picked at</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>Housekeeping</name>
    <message>
        <source>Your data could not be deleted</source>
        <translation>无法删除您的数据</translation>
    </message>
    <message>
        <source>All your data was deleted.</source>
        <translation>您的数据已全部删除。</translation>
    </message>
</context>
<context>
    <name>LearnedDialog</name>
    <message>
        <source>Learned characters</source>
        <translation>学到的字</translation>
    </message>
    <message>
        <source>Search by character or pinyin</source>
        <translation>按汉字或拼音查找</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>删除(&amp;D)</translation>
    </message>
    <message>
        <source>Delete &amp;all…</source>
        <translation>全部删除(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>Nothing is found.</source>
        <translation>没有找到。</translation>
    </message>
    <message numerus="yes">
        <source>%n drawing(s)</source>
        <translation>
            <numerusform>共 %n 个手写字</numerusform>
        </translation>
    </message>
    <message>
        <source>{shown} of {all}</source>
        <translation>找到 {shown} 个，{all}</translation>
    </message>
    <message>
        <source>Nothing has been learned yet. When you pick a candidate other than the first, or say “This is…” of a drawing, it is kept here and recognized next time.</source>
        <translation>还没有学到字。选用不在第一位的候选字，或用“这是…”指明所写的字，就会记在这里，下次就能认出来。</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>停止(&amp;T)</translation>
    </message>
    <message>
        <source>Drawings done</source>
        <translation>已完成的字</translation>
    </message>
    <message>
        <source>Drawings in use</source>
        <translation>已经用上的笔迹</translation>
    </message>
    <message>
        <source>Learning is switched off in the settings, so nothing of this is used.</source>
        <translation>设置中已关闭学习，因此这些字目前不起作用。</translation>
    </message>
    <message>
        <source>{done} of {total} new drawings are in use; the others follow while you do not write, and go on at the next start if you close the program.</source>
        <translation>{total} 个新笔迹中已有 {done} 个用上；其余的会在您不书写时继续准备，关闭程序后，下次启动时接着进行。</translation>
    </message>
    <message>
        <source>Saved to {name}.</source>
        <translation>已保存到 {name}。</translation>
    </message>
    <message numerus="yes">
        <source>%n drawing(s) loaded from {name}.</source>
        <translation>
            <numerusform>已从 {name} 导入 %n 个手写字。</numerusform>
        </translation>
    </message>
    <message>
        <source>The file cannot be used</source>
        <translation>无法使用该文件</translation>
    </message>
    <message>
        <source>The file cannot be written</source>
        <translation>无法写入该文件</translation>
    </message>
    <message>
        <source>This cannot be deleted</source>
        <translation>无法删除</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n learned drawing(s)? This cannot be undone.</source>
        <translation>
            <numerusform>要删除这 %n 个手写字吗？删除后无法恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete everything that was learned? This cannot be undone.</source>
        <translation>要删除学到的所有内容吗？删除后无法恢复。</translation>
    </message>
    <message>
        <source>Import learned characters</source>
        <translation>导入学到的字</translation>
    </message>
    <message>
        <source>Export learned characters</source>
        <translation>导出学到的字</translation>
    </message>
    <message>
        <source>learned characters</source>
        <translation>学到的字</translation>
    </message>
    <message>
        <source>Learned drawings (*.jsonl)</source>
        <translation>学到的手写字 (*.jsonl)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>LearnedModel</name>
    <message>
        <source>instead of {character}</source>
        <translation>原来认作“{character}”</translation>
    </message>
    <message>
        <source>not in use yet</source>
        <translation>尚未启用</translation>
    </message>
</context>
<context>
    <name>LearnedNotice</name>
    <message>
        <source>Learned {character}; {keys} takes it back</source>
        <translation>已学会“{character}”，按 {keys} 可撤销</translation>
    </message>
    <message>
        <source>Learned {character}</source>
        <translation>已学会“{character}”</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Undo: forget {character}</source>
        <translation>撤销：忘掉“{character}”</translation>
    </message>
</context>
<context>
    <name>Learning</name>
    <message>
        <source>Forgot {character}</source>
        <translation>已忘掉“{character}”</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Draw one of the 3,755 most common characters, or drop a picture of one</source>
        <translation>在此书写 3755 个常用汉字之一，或拖入一张汉字图片</translation>
    </message>
    <message>
        <source>Canvas</source>
        <translation>画板</translation>
    </message>
    <message>
        <source>Draw a Chinese character here with mouse, pen or finger.</source>
        <translation>用鼠标、手写笔或手指在此书写一个汉字。</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选字</translation>
    </message>
    <message>
        <source>The settings could not be saved to {path}.</source>
        <translation>设置无法保存到 {path}。</translation>
    </message>
    <message>
        <source>The settings file {path} cannot be read; the defaults apply.</source>
        <translation>无法读取设置文件 {path}，已采用默认设置。</translation>
    </message>
    <message>
        <source>These settings were damaged and have their defaults: {names}.</source>
        <translation>以下设置已损坏，已恢复默认值：{names}。</translation>
    </message>
    <message>
        <source>Model in use: {model} on {provider}.</source>
        <translation>当前模型：{model}，运行于 {provider}。</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} 毫秒</translation>
    </message>
    <message numerus="yes">
        <source>%n stroke(s)</source>
        <translation>
            <numerusform>%n 画</numerusform>
        </translation>
    </message>
    <message>
        <source>Candidates appear here as you write.</source>
        <translation>书写时，候选字会显示在这里。</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Candidates</source>
        <translation>候选字(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Picture</source>
        <translation>图片(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>Guide &amp;on the paper</source>
        <translation>纸上格线(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>PadHandle</name>
    <message>
        <source>Drag to resize the canvas; a double click makes it as large as can be</source>
        <translation>拖动可调整画布大小，双击恢复最大</translation>
    </message>
</context>
<context>
    <name>PageDesk</name>
    <message>
        <source>Characters on the picture</source>
        <translation>图片上的字</translation>
    </message>
    <message>
        <source>Left and Right select a box, Ctrl with arrows moves it, Shift with arrows resizes it.</source>
        <translation>左右方向键选择方框，Ctrl 加方向键移动方框，Shift 加方向键改变大小。</translation>
    </message>
    <message>
        <source>Part of the picture</source>
        <translation>图片的一部分</translation>
    </message>
    <message>
        <source>Arrows move the frame, Shift with arrows resizes it, Enter leaves it.</source>
        <translation>方向键移动边框，Shift 加方向键改变大小，回车键结束。</translation>
    </message>
    <message>
        <source>The reading was stopped. Boxes can be drawn by hand.</source>
        <translation>识别已停止，可以手动画出方框。</translation>
    </message>
</context>
<context>
    <name>PictureBar</name>
    <message numerus="yes">
        <source>%n character(s)</source>
        <translation>
            <numerusform>%n 个字</numerusform>
        </translation>
    </message>
    <message>
        <source>{characters}, {unsure} not sure</source>
        <translation>{characters}，{unsure} 个不确定</translation>
    </message>
    <message>
        <source>In&amp;k:</source>
        <translation>墨色(&amp;K)：</translation>
    </message>
    <message>
        <source>How dark a spot must be to count as ink. A double click puts it back.</source>
        <translation>多深的颜色才算墨迹。双击恢复。</translation>
    </message>
    <message>
        <source>Threshold of ink</source>
        <translation>墨色深浅</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Leave the rest of the picture unread</source>
        <translation>不再识别图片的其余部分</translation>
    </message>
    <message>
        <source>Reading the picture</source>
        <translation>正在识别图片</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Turned?</source>
        <translation>方向不对？</translation>
    </message>
    <message>
        <source>The picture seems to lie on its side: turn it a quarter to the right</source>
        <translation>图片好像是横着的：向右旋转 90 度</translation>
    </message>
    <message>
        <source>The picture seems to stand on its head: turn it by half</source>
        <translation>图片好像是倒着的：旋转 180 度</translation>
    </message>
    <message>
        <source>The picture seems to lie on its side: turn it a quarter to the left</source>
        <translation>图片好像是横着的：向左旋转 90 度</translation>
    </message>
</context>
<context>
    <name>PictureDesk</name>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation>剪贴板中没有图片。</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>On Wayland, take the picture with the desktop&apos;s own screenshot tool and paste it here.</source>
        <translation>在 Wayland 上，请用桌面自带的截图工具截图，再粘贴到这里。</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>正在读取 {name}…</translation>
    </message>
    <message>
        <source>Only the address was dropped, and this program never goes online: copy the picture, then paste.</source>
        <translation>拖进来的只是网址，而本程序从不联网：请复制图片，再粘贴。</translation>
    </message>
    <message>
        <source>Part of the screen</source>
        <translation>屏幕截图</translation>
    </message>
    <message>
        <source>drawing</source>
        <translation>笔迹</translation>
    </message>
    <message>
        <source>The drawing cannot be saved</source>
        <translation>无法保存笔迹</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>已保存 {name}</translation>
    </message>
    <message>
        <source>The picture cannot be used</source>
        <translation>无法使用该图片</translation>
    </message>
</context>
<context>
    <name>PrivacyDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Text line</source>
        <translation>文字行</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史记录</translation>
    </message>
    <message>
        <source>Learned characters</source>
        <translation>学到的字</translation>
    </message>
    <message>
        <source>Drawing in progress</source>
        <translation>正在书写的笔迹</translation>
    </message>
    <message>
        <source>Results of a folder</source>
        <translation>文件夹的识别结果</translation>
    </message>
    <message>
        <source>Crash notes</source>
        <translation>崩溃记录</translation>
    </message>
    <message>
        <source>Measured speeds</source>
        <translation>测得的速度</translation>
    </message>
    <message>
        <source>What you chose in the settings, the window&apos;s place, and where the last pictures lie.</source>
        <translation>设置里的选择、窗口的位置，以及最近打开的图片在哪里。</translation>
    </message>
    <message>
        <source>The text below the canvas, with the drawings of its characters, so that it survives a restart.</source>
        <translation>画布下方的文字及其手写笔迹，以便重新启动后仍然保留。</translation>
    </message>
    <message>
        <source>Each picked character with date and time.</source>
        <translation>每个选过的字及其日期和时间。</translation>
    </message>
    <message>
        <source>Your drawings of the characters that you corrected.</source>
        <translation>您纠正过的字的手写笔迹。</translation>
    </message>
    <message>
        <source>The strokes on the canvas, so that they survive a crash. Picking, clearing and closing the window delete it.</source>
        <translation>画布上的笔画，以便程序崩溃后仍能恢复。选字、清除或关闭窗口时即删除。</translation>
    </message>
    <message>
        <source>What the pictures of the folder say that was read last, so that only changed ones are read again.</source>
        <translation>最近识别的文件夹里各张图片的内容，以便下次只识别改动过的图片。</translation>
    </message>
    <message>
        <source>Where in the program something went wrong; no drawing and no text. Deleted when the program is closed.</source>
        <translation>程序出错的位置，不含笔迹和文字。关闭程序时即删除。</translation>
    </message>
    <message>
        <source>How fast model files run on this machine, where there are two of one model to choose between.</source>
        <translation>同一模型有两个文件可选时，它们在本机上的运行速度。</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>我的数据</translation>
    </message>
    <message>
        <source>All that this program keeps lies in the files below, on this machine. It sends nothing anywhere. Pictures and drawings that you saved yourself are not among them.</source>
        <translation>本程序保存的全部内容都在本机的下列文件中，不会发送到任何地方。您自己保存的图片和手写图不在其中。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open the folder of: {name}</source>
        <translation>打开所在文件夹：{name}</translation>
    </message>
    <message>
        <source>&amp;Delete all my data…</source>
        <translation>删除我的全部数据(&amp;D)…</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Delete all my data</source>
        <translation>删除我的全部数据</translation>
    </message>
    <message>
        <source>Delete settings, text line, drawing, history and learned characters for good?</source>
        <translation>要永久删除设置、文字行、笔迹、历史记录和学到的字吗？</translation>
    </message>
    <message>
        <source>The program will then be as it was when it was first started.</source>
        <translation>之后，本程序将恢复到首次启动时的状态。</translation>
    </message>
    <message>
        <source>Delete all</source>
        <translation>全部删除</translation>
    </message>
</context>
<context>
    <name>RecentFiles</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>最近打开的文件(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>清空列表(&amp;C)</translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message>
        <source>The program ended unexpectedly. The drawing you were working on has been saved.</source>
        <translation>程序上次意外退出。您当时书写的笔迹已保存。</translation>
    </message>
    <message>
        <source>The program ended unexpectedly the last time. Your text is still there.</source>
        <translation>程序上次意外退出。您的文字仍在。</translation>
    </message>
    <message>
        <source>There is a drawing that you had not finished when the program ended.</source>
        <translation>程序上次结束时，有一个字还没有写完。</translation>
    </message>
    <message>
        <source>&amp;Restore drawing</source>
        <translation>恢复笔迹(&amp;R)</translation>
    </message>
    <message>
        <source>D&amp;iscard</source>
        <translation>丢弃(&amp;I)</translation>
    </message>
    <message>
        <source>D&amp;ismiss</source>
        <translation>关闭(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Save report…</source>
        <translation>保存报告(&amp;S)…</translation>
    </message>
    <message>
        <source>What to send to the developers. It holds no drawing and no text of yours.</source>
        <translation>可发送给开发者，其中不含您的笔迹和文字。</translation>
    </message>
    <message>
        <source>The drawing</source>
        <translation>笔迹</translation>
    </message>
</context>
<context>
    <name>ReportSaving</name>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本文件 (*.txt)</translation>
    </message>
    <message>
        <source>The report cannot be saved</source>
        <translation>无法保存报告</translation>
    </message>
</context>
<context>
    <name>ScreenGrab</name>
    <message>
        <source>Mark the character or the text. Esc cancels.</source>
        <translation>框选一个字或一段文字，按 Esc 取消。</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>A drawing in {name} is damaged.</source>
        <translation>{name} 中有一幅手写图已损坏。</translation>
    </message>
    <message>
        <source>A single dot has no parts to tell apart.</source>
        <translation>只有一个点，无法区分各部分。</translation>
    </message>
    <message>
        <source>A single dot is not a character yet.</source>
        <translation>只有一个点，还不成字。</translation>
    </message>
    <message>
        <source>Both onnxruntime and onnxruntime-gpu are installed, and they overwrite each other. Run: pip uninstall -y onnxruntime onnxruntime-gpu &amp;&amp; pip install &apos;onnxruntime-gpu[cuda,cudnn]&apos; (with an NVIDIA card) or: pip uninstall -y onnxruntime onnxruntime-gpu &amp;&amp; pip install onnxruntime</source>
        <translation>同时安装了 onnxruntime 和 onnxruntime-gpu，二者会互相覆盖。请运行：pip uninstall -y onnxruntime onnxruntime-gpu &amp;&amp; pip install &apos;onnxruntime-gpu[cuda,cudnn]&apos;（有 NVIDIA 显卡时），或：pip uninstall -y onnxruntime onnxruntime-gpu &amp;&amp; pip install onnxruntime</translation>
    </message>
    <message>
        <source>Not everything could be deleted; what is left: {files}</source>
        <translation>未能全部删除；仍保留：{files}</translation>
    </message>
    <message>
        <source>Only a single character can be learned from a drawing.</source>
        <translation>一幅手写图只能学习一个字。</translation>
    </message>
    <message>
        <source>Only the first of more than {count} pictures in the file is read.</source>
        <translation>文件中有超过 {count} 张图片，只读取第一张。</translation>
    </message>
    <message>
        <source>Only the first of {count} pictures in the file is read.</source>
        <translation>文件中有 {count} 张图片，只读取第一张。</translation>
    </message>
    <message>
        <source>Stopped. Everything is as it was.</source>
        <translation>已停止，一切保持原样。</translation>
    </message>
    <message>
        <source>The dictionary cannot be read.</source>
        <translation>无法读取字典。</translation>
    </message>
    <message>
        <source>The drawing cannot be kept in {path}; a crash would lose it.</source>
        <translation>笔迹无法保存到 {path}；程序一旦崩溃将会丢失。</translation>
    </message>
    <message>
        <source>The folder {folder} could not be read.</source>
        <translation>无法读取文件夹 {folder}。</translation>
    </message>
    <message>
        <source>The folder {folder} holds no picture.</source>
        <translation>文件夹 {folder} 中没有图片。</translation>
    </message>
    <message>
        <source>The heat map could not be made.</source>
        <translation>无法生成热力图。</translation>
    </message>
    <message>
        <source>The history cannot be kept in {path}.</source>
        <translation>无法将历史记录保存到 {path}。</translation>
    </message>
    <message>
        <source>The history in {path} cannot be read.</source>
        <translation>无法读取 {path} 中的历史记录。</translation>
    </message>
    <message>
        <source>The history was damaged and has been put aside as {aside}; what can be read of it is kept.</source>
        <translation>历史记录已损坏，已另存为 {aside}；能读取的部分已保留。</translation>
    </message>
    <message>
        <source>The kept text in {path} cannot be read.</source>
        <translation>无法读取保存在 {path} 的文字。</translation>
    </message>
    <message>
        <source>The kept text is of a newer version of this program and has been put aside as {aside}; the line starts empty.</source>
        <translation>保存的文字由本程序的更新版本写成，已另存为 {aside}；文字行从空白开始。</translation>
    </message>
    <message>
        <source>The kept text was damaged and has been put aside as {aside}; the line starts empty.</source>
        <translation>保存的文字已损坏，已另存为 {aside}；文字行从空白开始。</translation>
    </message>
    <message>
        <source>The last drawing is of a newer version of this program; it is kept as {aside}.</source>
        <translation>上次的笔迹由本程序的更新版本写成，已另存为 {aside}。</translation>
    </message>
    <message>
        <source>The last drawing was damaged and has been put aside as {aside}.</source>
        <translation>上次的笔迹已损坏，已另存为 {aside}。</translation>
    </message>
    <message>
        <source>The model could not be opened.</source>
        <translation>无法打开模型。</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read.</source>
        <translation>无法读取模型文件 {path}。</translation>
    </message>
    <message>
        <source>The model file {path} does not exist.</source>
        <translation>模型文件 {path} 不存在。</translation>
    </message>
    <message>
        <source>The reading was stopped.</source>
        <translation>已停止读取。</translation>
    </message>
    <message>
        <source>The text cannot be kept in {path}; copy it before you quit.</source>
        <translation>无法将文字保存到 {path}；请在退出前复制。</translation>
    </message>
    <message>
        <source>There is no ink on this page, only marks along its border.</source>
        <translation>这一页上没有笔迹，只有边缘的痕迹。</translation>
    </message>
    <message>
        <source>There is no ink on this page.</source>
        <translation>这一页上没有笔迹。</translation>
    </message>
    <message>
        <source>There is no ink to recognize.</source>
        <translation>没有可识别的笔迹。</translation>
    </message>
    <message>
        <source>There is no model to read with.</source>
        <translation>没有可用的识别模型。</translation>
    </message>
    <message>
        <source>There is not enough memory to open {name}.</source>
        <translation>内存不足，无法打开 {name}。</translation>
    </message>
    <message>
        <source>This build of ONNX Runtime has no CUDA, so the CPU is used.</source>
        <translation>此版本的 ONNX Runtime 不含 CUDA，改用 CPU。</translation>
    </message>
    <message>
        <source>This could not be forgotten</source>
        <translation>无法删除这条记忆</translation>
    </message>
    <message>
        <source>This could not be remembered</source>
        <translation>无法记住这个字</translation>
    </message>
    <message>
        <source>This drawing could not be recognized.</source>
        <translation>无法识别这幅手写图。</translation>
    </message>
    <message>
        <source>What was learned from you cannot be read</source>
        <translation>无法读取从您这里学到的内容</translation>
    </message>
    <message>
        <source>What was learned from you cannot be used</source>
        <translation>无法使用从您这里学到的内容</translation>
    </message>
    <message>
        <source>What was learned from you cannot be used.</source>
        <translation>学到的内容无法使用。</translation>
    </message>
    <message>
        <source>What was learned from you could not be deleted; please try again.</source>
        <translation>学到的内容未能删除，请再试一次。</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>{failure}: {path} cannot be made.</source>
        <translation>{failure}：无法创建 {path}。</translation>
    </message>
    <message>
        <source>{failure}: {reason}.</source>
        <translation>{failure}：{reason}。</translation>
    </message>
    <message>
        <source>{file} cannot be deleted.</source>
        <translation>无法删除 {file}。</translation>
    </message>
    <message>
        <source>{file} cannot be read.</source>
        <translation>无法读取 {file}。</translation>
    </message>
    <message>
        <source>{file} cannot be written.</source>
        <translation>无法写入 {file}。</translation>
    </message>
    <message>
        <source>{file} does not hold the results of an earlier run.</source>
        <translation>{file} 里没有以前的识别结果。</translation>
    </message>
    <message>
        <source>{file} holds no weights named {name}.</source>
        <translation>{file} 中没有名为 {name} 的权重。</translation>
    </message>
    <message>
        <source>{labels_path} is not a list of file names and characters.</source>
        <translation>{labels_path} 不是文件名与汉字的对照表。</translation>
    </message>
    <message>
        <source>{name} answers {output} of another shape than its card says.</source>
        <translation>{name} 输出的 {output} 与其说明中的形状不符。</translation>
    </message>
    <message>
        <source>{name} cannot be read as an ONNX model.</source>
        <translation>无法将 {name} 作为 ONNX 模型读取。</translation>
    </message>
    <message>
        <source>{name} cannot be read or written</source>
        <translation>无法读写 {name}</translation>
    </message>
    <message>
        <source>{name} cannot be read.</source>
        <translation>无法读取 {name}。</translation>
    </message>
    <message>
        <source>{name} cannot be saved: {reason}.</source>
        <translation>无法保存 {name}：{reason}。</translation>
    </message>
    <message>
        <source>{name} could not be read.</source>
        <translation>无法读取 {name}。</translation>
    </message>
    <message>
        <source>{name} does not exist.</source>
        <translation>{name} 不存在。</translation>
    </message>
    <message>
        <source>{name} does not take {input_size}x{input_size} images.</source>
        <translation>{name} 不接受 {input_size}x{input_size} 的图像。</translation>
    </message>
    <message>
        <source>{name} has changed since it was opened.</source>
        <translation>{name} 打开后已被更改。</translation>
    </message>
    <message>
        <source>{name} has more than {limit} pages.</source>
        <translation>{name} 超过 {limit} 页。</translation>
    </message>
    <message>
        <source>{name} has no output {output}.</source>
        <translation>{name} 没有输出 {output}。</translation>
    </message>
    <message>
        <source>{name} has no page {number}.</source>
        <translation>{name} 没有第 {number} 页。</translation>
    </message>
    <message>
        <source>{name} has {megapixels:,.0f} megapixels; the limit is {limit}.</source>
        <translation>{name} 有 {megapixels:,.0f} 百万像素；上限为 {limit}。</translation>
    </message>
    <message>
        <source>{name} holds no drawings.</source>
        <translation>{name} 里没有手写字。</translation>
    </message>
    <message>
        <source>{name} is a folder, not a picture.</source>
        <translation>{name} 是文件夹，不是图片。</translation>
    </message>
    <message>
        <source>{name} is cut off or damaged: it holds {found} drawings and not {count}.</source>
        <translation>{name} 不完整或已损坏：只有 {found} 个手写字，应为 {count} 个。</translation>
    </message>
    <message>
        <source>{name} is damaged or cut off.</source>
        <translation>{name} 已损坏或不完整。</translation>
    </message>
    <message>
        <source>{name} is damaged or not an ONNX model this program can run.</source>
        <translation>{name} 已损坏，或不是本程序能运行的 ONNX 模型。</translation>
    </message>
    <message>
        <source>{name} is damaged, and will be set aside at the next start</source>
        <translation>{name} 已损坏，将在下次启动时另存</translation>
    </message>
    <message>
        <source>{name} is damaged; installing the program again brings it back.</source>
        <translation>{name} 已损坏；重新安装程序即可恢复。</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>{name} 是空文件。</translation>
    </message>
    <message>
        <source>{name} is far too large for a model of this program.</source>
        <translation>{name} 过大，不可能是本程序的模型。</translation>
    </message>
    <message>
        <source>{name} is far too large for an export of learned drawings.</source>
        <translation>{name} 太大，不像是导出的手写字文件。</translation>
    </message>
    <message>
        <source>{name} is in use by another program</source>
        <translation>{name} 正被其他程序使用</translation>
    </message>
    <message>
        <source>{name} is larger than a gigabyte.</source>
        <translation>{name} 超过 1 GB。</translation>
    </message>
    <message>
        <source>{name} is no export of learned drawings.</source>
        <translation>{name} 不是导出的手写字文件。</translation>
    </message>
    <message>
        <source>{name} is no export of learned drawings: its name must end in .jsonl.</source>
        <translation>{name} 不是学习内容的导出文件：文件名必须以 .jsonl 结尾。</translation>
    </message>
    <message>
        <source>{name} is not a file.</source>
        <translation>{name} 不是文件。</translation>
    </message>
    <message>
        <source>{name} is not a picture this program can read (PNG, JPEG, BMP, GIF, TIFF or WebP).</source>
        <translation>{name} 不是本程序能读取的图片（PNG、JPEG、BMP、GIF、TIFF 或 WebP）。</translation>
    </message>
    <message>
        <source>{name} is of another version of this program.</source>
        <translation>{name} 属于本程序的其他版本。</translation>
    </message>
    <message>
        <source>{name} keeps its weights in other files and is not opened.</source>
        <translation>{name} 的权重存放在其他文件中，未予打开。</translation>
    </message>
    <message>
        <source>{name} needs operators of another program and is not opened.</source>
        <translation>{name} 需要其他程序的算子，未予打开。</translation>
    </message>
    <message>
        <source>{name} was damaged and is kept as {kept_as}; learning starts anew.</source>
        <translation>{name} 已损坏，已另存为 {kept_as}；重新开始学习。</translation>
    </message>
    <message>
        <source>{name} was made for another kind of input.</source>
        <translation>{name} 适用于另一种输入。</translation>
    </message>
    <message>
        <source>{name} was made for the normalization {normalization}, this program has {normalization_id}.</source>
        <translation>{name} 适用于 {normalization} 规格化，而本程序为 {normalization_id}。</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of this program, which alone can read it.</source>
        <translation>{name} 由本程序的更新版本写成，当前版本无法读取。</translation>
    </message>
    <message>
        <source>{name}: drawing {number} has coordinates out of range.</source>
        <translation>{name}：第 {number} 幅手写图的坐标超出范围。</translation>
    </message>
    <message>
        <source>{name}: drawing {number} is damaged, so nothing was imported.</source>
        <translation>{name}：第 {number} 个手写字已损坏，因此没有导入任何内容。</translation>
    </message>
    <message>
        <source>{name}: {message}</source>
        <translation>{name}：{message}</translation>
    </message>
    <message>
        <source>{path} belongs to another program, so nothing can be learned there.</source>
        <translation>{path} 属于其他程序，无法在其中学习。</translation>
    </message>
    <message>
        <source>{path} cannot be deleted.</source>
        <translation>无法删除 {path}。</translation>
    </message>
    <message>
        <source>{path} cannot be opened</source>
        <translation>无法打开 {path}</translation>
    </message>
    <message>
        <source>{path} cannot be read.</source>
        <translation>无法读取 {path}。</translation>
    </message>
    <message>
        <source>{path} cannot be written.</source>
        <translation>无法写入 {path}。</translation>
    </message>
    <message>
        <source>{path} does not exist.</source>
        <translation>{path} 不存在。</translation>
    </message>
    <message>
        <source>{path} has no {labels_file}.</source>
        <translation>{path} 中没有 {labels_file}。</translation>
    </message>
    <message>
        <source>{path} is a folder, not a model file.</source>
        <translation>{path} 是文件夹，不是模型文件。</translation>
    </message>
    <message>
        <source>{path} is damaged and cannot be moved aside, so nothing can be learned.</source>
        <translation>{path} 已损坏且无法另存，因此无法学习。</translation>
    </message>
    <message>
        <source>{path} is no sample set: neither .npz, .jsonl, nor a folder with {labels_file}.</source>
        <translation>{path} 不是样本集：既不是 .npz、.jsonl，也不是含有 {labels_file} 的文件夹。</translation>
    </message>
    <message>
        <source>{path} is not a packed set of scans.</source>
        <translation>{path} 不是打包的扫描集。</translation>
    </message>
    <message>
        <source>{path} is write-protected</source>
        <translation>{path} 受写保护</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of this program, which alone can read it.</source>
        <translation>{path} 由本程序的较新版本写入，只有该版本能读取。</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of this program, which alone can read it; what is picked now is not kept.</source>
        <translation>{path} 由本程序的较新版本写入，只有该版本能读取；现在选的字不会保留。</translation>
    </message>
    <message>
        <source>{path}, line {number}, holds no ink or not one character.</source>
        <translation>{path} 第 {number} 行没有笔迹，或不是单个字。</translation>
    </message>
    <message>
        <source>{path}, line {number}, is not a record of ink.</source>
        <translation>{path} 第 {number} 行不是笔迹记录。</translation>
    </message>
    <message>
        <source>{path}: the picture of sample {index} is damaged.</source>
        <translation>{path}：样本 {index} 的图片已损坏。</translation>
    </message>
    <message>
        <source>{provider} does not work here, so the CPU is used.</source>
        <translation>{provider} 在此不可用，改用 CPU。</translation>
    </message>
    <message>
        <source>{provider} has failed, so the CPU is used until the next start.</source>
        <translation>{provider} 出错，在下次启动前改用 CPU。</translation>
    </message>
    <message>
        <source>{source} has a damaged model card.</source>
        <translation>{source} 的模型说明已损坏。</translation>
    </message>
    <message>
        <source>{source} is not a model of this program: it carries no model card.</source>
        <translation>{source} 不是本程序的模型：其中没有模型说明。</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Picki&amp;ng</source>
        <translation>选字(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Pad</source>
        <translation>手写板(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>窗口(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Recognition</source>
        <translation>识别(&amp;R)</translation>
    </message>
    <message>
        <source>Privac&amp;y</source>
        <translation>隐私(&amp;Y)</translation>
    </message>
    <message>
        <source>A picked character</source>
        <translation>选中的字</translation>
    </message>
    <message>
        <source>goes to the &amp;clipboard</source>
        <translation>复制到剪贴板(&amp;C)</translation>
    </message>
    <message>
        <source>goes to the &amp;text line</source>
        <translation>添加到文字行(&amp;T)</translation>
    </message>
    <message>
        <source> ms</source>
        <translation> 毫秒</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>主题(&amp;H)</translation>
    </message>
    <message>
        <source>Candidates &amp;shown</source>
        <translation>显示候选字数(&amp;S)</translation>
    </message>
    <message>
        <source>米 grid</source>
        <translation>米字格</translation>
    </message>
    <message>
        <source>田 grid</source>
        <translation>田字格</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>&amp;Guide on the paper</source>
        <translation>纸上格线(&amp;G)</translation>
    </message>
    <message>
        <source> % of the room</source>
        <translation> %（占可用空间）</translation>
    </message>
    <message>
        <source>Can&amp;vas size</source>
        <translation>画布大小(&amp;V)</translation>
    </message>
    <message>
        <source>Left-h&amp;anded: candidates to the left</source>
        <translation>左手模式：候选字在左侧(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Draw by clicks, for touchpads</source>
        <translation>单击书写，适合触摸板(&amp;D)</translation>
    </message>
    <message>
        <source>A click begins a stroke and the next one ends it; Esc or a right click drops the stroke.</source>
        <translation>单击一次开始一笔，再单击一次结束；按 Esc 或右键单击可放弃这一笔。</translation>
    </message>
    <message>
        <source>An&amp;imations</source>
        <translation>动画(&amp;I)</translation>
    </message>
    <message>
        <source>c&amp;lears the canvas</source>
        <translation>清空画布(&amp;L)</translation>
    </message>
    <message>
        <source>Clear the ink &amp;after a pause of</source>
        <translation>停笔多久后清空画布(&amp;A)</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Te&amp;xt size</source>
        <translation>文字大小(&amp;X)</translation>
    </message>
    <message>
        <source>&amp;Always on top</source>
        <translation>总在最前(&amp;A)</translation>
    </message>
    <message>
        <source>Wayland leaves it to the desktop which windows stay on top.</source>
        <translation>在 Wayland 下由桌面决定哪些窗口总在最前。</translation>
    </message>
    <message>
        <source>CUDA if it works, else CPU</source>
        <translation>优先 CUDA，否则 CPU</translation>
    </message>
    <message>
        <source>Runs &amp;on</source>
        <translation>运行于(&amp;O)</translation>
    </message>
    <message>
        <source>CPU thr&amp;eads</source>
        <translation>CPU 线程数(&amp;E)</translation>
    </message>
    <message>
        <source>the one that comes with the program</source>
        <translation>程序自带的模型</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>选择(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Model file</source>
        <translation>模型文件(&amp;M)</translation>
    </message>
    <message>
        <source>These three take effect at the next start.</source>
        <translation>以上三项在下次启动时生效。</translation>
    </message>
    <message>
        <source>Learn my hand &amp;from corrections, on this machine only</source>
        <translation>从更正中学习我的笔迹，只存在本机(&amp;F)</translation>
    </message>
    <message>
        <source>A candidate taken that was not the first, and what you say with “This is…”, is learned and used.</source>
        <translation>选用的候选字不是第一位时，或用“这是…”指明时，程序会学习并用于以后的识别。</translation>
    </message>
    <message>
        <source>Keep a &amp;history of picks, on this machine only</source>
        <translation>保存选字的历史记录，只在本机(&amp;H)</translation>
    </message>
    <message>
        <source>Picks &amp;kept at most</source>
        <translation>最多保存条数(&amp;K)</translation>
    </message>
    <message>
        <source>All that is kept lies on this machine, and nothing is sent anywhere.</source>
        <translation>所有内容只保存在本机，不会发送到任何地方。</translation>
    </message>
    <message>
        <source>Your da&amp;ta…</source>
        <translation>我的数据(&amp;T)…</translation>
    </message>
    <message>
        <source>Keep the settings chosen here, and show what is kept and where</source>
        <translation>保存此处选择的设置，并显示保存了哪些内容、存放在哪里</translation>
    </message>
    <message>
        <source>Model file</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>Models (*.onnx)</source>
        <translation>模型 (*.onnx)</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Verbs and their keys</source>
        <translation>操作及其按键</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
</context>
<context>
    <name>TeachDialog</name>
    <message>
        <source>This is…</source>
        <translation>这是…</translation>
    </message>
    <message>
        <source>Your drawing</source>
        <translation>您写的字</translation>
    </message>
    <message>
        <source>Which &amp;character is this? Type or paste it.</source>
        <translation>这是哪个字？请输入或粘贴(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Learn</source>
        <translation>学习(&amp;L)</translation>
    </message>
    <message>
        <source>Drawings like it will be read as this character. It stays on this machine.</source>
        <translation>下次这样写就会认作这个字。内容只保存在本机。</translation>
    </message>
    <message>
        <source>Please give one character only.</source>
        <translation>请只输入一个字。</translation>
    </message>
    <message>
        <source>{character} is none of the {count} characters that can be recognized.</source>
        <translation>“{character}”不在可识别的 {count} 个字之内。</translation>
    </message>
</context>
</TS>
